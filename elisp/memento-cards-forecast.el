;;; memento-cards-forecast.el --- What is due on the next days  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; How many cards are due on each of the next days, as columns: a picture on a graphical display, characters elsewhere.

;;; Code:

(require 'memento-cards)
(require 'memento-prompts-svg)
(require 'svg)

;;;; Days

(defun memento--forecast-day (count)
  "Return the time of the day of COUNT, a plist of the module."
  (encode-time (append '(0 0 12) (seq-drop (parse-time-string (plist-get count :day)) 3))))

(defun memento--forecast-name (count today)
  "Return COUNT, of the day TODAY or a later one, in words."
  (format "%s: %s due" (if (equal (plist-get count :day) today) "Today, with what is overdue"
                         (format-time-string "%A %Y-%m-%d" (memento--forecast-day count)))
          (memento--count (plist-get count :count) "card")))

(defun memento--forecast-nice (most)
  "Return a round even number that is not below MOST, for the top of an axis."
  (let ((unit (expt 10 (max 0 (1- (length (number-to-string (max 1 most))))))))
    (seq-find (lambda (top) (and (>= top most) (= 0 (% top 2))))
              (mapcar (lambda (n) (* n unit)) '(1 2 3 4 5 6 8 10)))))

(defun memento--forecast-label-p (count index)
  "Return non-nil if the column of COUNT, at INDEX, bears its date: each Monday."
  (or (= index 0)
      (and (> index 2)
           (equal (format-time-string "%u" (memento--forecast-day count)) "1"))))

(defun memento--forecast-label (count index)
  "Return the date below the column of COUNT, at INDEX."
  (if (= index 0) "today" (format-time-string "%b %d" (memento--forecast-day count))))

;;;; Text

(defun memento--forecast-text (forecast today)
  "Insert FORECAST, from TODAY on, as columns of characters."
  (let* ((most (apply #'max 1 (mapcar (lambda (count) (plist-get count :count)) forecast)))
         (blocks (memento--glyph " ▁▂▃▄▅▆▇█" ""))
         (left (length (memento--number most)))
         (height 6))
    (dotimes (row height)
      (insert "  " (propertize (cond ((= row 0) (format (format "%%%ds " left) (memento--number most)))
                                     ((= row (1- height)) (format (format "%%%ds " left) 0))
                                     (t (make-string (1+ left) ?\s)))
                               'face 'memento-cards-label))
      (seq-do-indexed
       (lambda (count index)
         (let* ((n (plist-get count :count))
                (level (- (if (string-empty-p blocks)
                              (* 8 (if (> n 0) (max 1 (round (* height n) most)) 0))
                            (if (> n 0) (max 1 (round (* 8.0 height n) most)) 0))
                          (* 8 (- height row 1))))
                (level (max 0 (min 8 level)))
                (char (if (string-empty-p blocks) (if (> level 0) ?# ?\s) (aref blocks level))))
           (insert (propertize (string char ?\s)
                               'face (if (= index 0) 'memento-cards-again 'memento-cards-good)
                               'memento-cards-day (and (> n 0) (plist-get count :day))
                               'help-echo (memento--forecast-name count today)))))
       forecast)
      (insert "\n"))
    (let ((labels ""))
      (seq-do-indexed
       (lambda (count index)
         (when (and (memento--forecast-label-p count index) (<= (length labels) (* 2 index)))
           (setq labels (concat labels (make-string (- (* 2 index) (length labels)) ?\s)
                                (memento--forecast-label count index) " "))))
       forecast)
      (insert (make-string (+ 3 left) ?\s) (propertize (string-trim-right labels) 'face 'memento-cards-label) "\n"))))

;;;; A picture

(defun memento--forecast-svg (forecast today width)
  "Insert FORECAST, from TODAY on, as a picture WIDTH pixels wide."
  (let* ((char (frame-char-height))
         (height (* 9 char))
         (top (memento--forecast-nice (apply #'max 1 (mapcar (lambda (count) (plist-get count :count)) forecast))))
         (left (+ 16 (* (memento--svg-char) (length (memento--number top)))))
         (floor (- height (* 1.5 char)))
         (head (* 0.8 char))
         (inner (- floor head))
         (step (/ (float (- width left 12)) (max 1 (length forecast))))
         (svg (svg-create width height))
         hot)
    (svg-rectangle svg 0 0 width height :fill (memento--svg-color 'default :background))
    (dolist (share '(0 0.5 1))
      (let ((y (- floor (* inner share))) (value (* top share)))
        (svg-line svg left y (- width 12) y :stroke (memento--svg-mix 0.18) :stroke-width 1)
        (when (= value (floor value))
          (memento--svg-text svg (memento--number (floor value)) (- left 6) (+ y (* 0.25 char))
                             (memento--svg-mix 0.65) :text-anchor "end"))))
    (seq-do-indexed
     (lambda (count index)
       (let* ((n (plist-get count :count))
              (x (+ left (* step index)))
              (bar (if (> n 0) (max 2 (* inner (/ (float n) top))) 0)))
         (when (> n 0)
           (svg-rectangle svg (+ x (* 0.12 step)) (- floor bar) (* 0.76 step) bar :rx 2
                          :fill (memento--svg-color (if (= index 0) 'memento-cards-again 'memento-cards-good))))
         (when (memento--forecast-label-p count index)
           (memento--svg-text svg (memento--forecast-label count index) (+ x (* 0.12 step)) (- height (* 0.4 char))
                              (memento--svg-mix 0.65)))
         (push (list (cons 'rect (cons (cons (round x) (round head)) (cons (round (+ x step)) (round floor))))
                     (intern (format "memento-day-%d" index))
                     (list 'help-echo (memento--forecast-name count today)))
               hot)))
     forecast)
    (insert "  ")
    (insert-image (svg-image svg :scale 1 :map hot) (memento--count (length forecast) "day"))
    (insert "\n")))

(defun memento--forecast-insert (forecast today)
  "Insert FORECAST, how many cards are due on each day from TODAY on."
  (if (and (display-graphic-p) (image-type-available-p 'svg))
      (memento--forecast-svg forecast today
                             (min (* 100 (frame-char-width))
                                  (- (window-body-width (or (get-buffer-window nil t) (selected-window)) t)
                                     (* 4 (frame-char-width)))))
    (memento--forecast-text forecast today)))

(provide 'memento-cards-forecast)
;;; memento-cards-forecast.el ends here
