;; Cosines of int8 rows with an int8 query, sixteen values at a time. `npm run build:kernel` makes dot.wasm of it.
;; All numbers are in -127..127, so that the sum of two products fits into sixteen bits.
(module
  (import "env" "memory" (memory 1))
  (func (export "scan")
    (param $row i32)          ;; where the rows begin; a row is $bytes long
    (param $norm i32)         ;; where their inverse norms begin, f32 each
    (param $out i32)          ;; where the cosines go, f32 each
    (param $count i32)        ;; number of rows
    (param $query i32)
    (param $bytes i32)        ;; a multiple of 16
    (param $queryNorm f32)    ;; inverse norm of the query
    (local $end i32) (local $at i32)
    (local $a v128) (local $b v128) (local $sum v128)
    (local.set $end (i32.add (local.get $out) (i32.shl (local.get $count) (i32.const 2))))
    (block $done
      (loop $rows
        (br_if $done (i32.ge_u (local.get $out) (local.get $end)))
        (local.set $sum (v128.const i32x4 0 0 0 0))
        (local.set $at (i32.const 0))
        (loop $values
          (local.set $a (v128.load (i32.add (local.get $row) (local.get $at))))
          (local.set $b (v128.load (i32.add (local.get $query) (local.get $at))))
          (local.set $sum
            (i32x4.add
              (local.get $sum)
              (i32x4.extadd_pairwise_i16x8_s
                (i16x8.add
                  (i16x8.extmul_low_i8x16_s (local.get $a) (local.get $b))
                  (i16x8.extmul_high_i8x16_s (local.get $a) (local.get $b))))))
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (br_if $values (i32.lt_u (local.get $at) (local.get $bytes))))
        (f32.store
          (local.get $out)
          (f32.mul
            (f32.mul
              (f32.convert_i32_s
                (i32.add
                  (i32.add (i32x4.extract_lane 0 (local.get $sum)) (i32x4.extract_lane 1 (local.get $sum)))
                  (i32.add (i32x4.extract_lane 2 (local.get $sum)) (i32x4.extract_lane 3 (local.get $sum)))))
              (f32.load (local.get $norm)))
            (local.get $queryNorm)))
        (local.set $row (i32.add (local.get $row) (local.get $bytes)))
        (local.set $norm (i32.add (local.get $norm) (i32.const 4)))
        (local.set $out (i32.add (local.get $out) (i32.const 4)))
        (br $rows)))))
